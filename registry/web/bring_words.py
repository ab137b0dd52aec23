"""What each check means for whoever joins: what to bring, what to sign, what is looked at, and what others do."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

# What each check is called.
CHECK: Mapping[str, object] = {
    "identity": _("Identity document seen in the original"),
    "met_in_person": _("Met in person"),
    "phone_confirmed": _("Phone number confirmed"),
    "address_confirmed": _("Address confirmed"),
    "no_duplicate": _("No duplicate and no register entry"),
    "integrity_certificate": _("Behavioral-integrity certificate"),
    "code_of_conduct": _("Code of conduct signed"),
    "free_of_charge": _("Declaration: free of charge, nothing in return"),
    "privacy_notice": _("Privacy notice given, consent recorded"),
    "driving_licence": _("Driving licence"),
    "right_to_drive": _("Right to drive not withdrawn"),
    "plate_seen": _("Number plate, seats and child seats seen"),
    "inspection": _("Technical inspection (ITP)"),
    "insurance": _("Insurance (RCA)"),
    "owner_permission": _("Owner, or permission of the owner"),
    "photo_with_plate": _("Photo with number plate"),
    "right_to_dwelling": _("Right to use the home"),
    "home_visit": _("Home visit"),
    "lockable_room": _("Room that guests can lock"),
    "beds_as_declared": _("Beds as declared"),
    "registration": _("Registration of the organization"),
    "representative": _("Legal representative identified"),
    "anti_fraud_and_psea": _("Rules against fraud and sexual exploitation"),
    "complaint_procedure": _("Complaint procedure"),
}
# What has to be done for a check, in the order in which somebody gets ready.
PARTS: Mapping[str, object] = {
    "bring": _("Bring these papers"),
    "there": _("Have it with you or ready to be seen"),
    "sign": _("You read and sign this at the meeting; we have the papers"),
    "us": _("Officers do this; you bring nothing"),
}
PART_OF: Mapping[str, str] = {
    "identity": "bring",
    "integrity_certificate": "bring",
    "driving_licence": "bring",
    "inspection": "bring",
    "insurance": "bring",
    "owner_permission": "bring",
    "right_to_dwelling": "bring",
    "registration": "bring",
    "representative": "bring",
    "anti_fraud_and_psea": "bring",
    "complaint_procedure": "bring",
    "plate_seen": "there",
    "photo_with_plate": "there",
    "home_visit": "there",
    "lockable_room": "there",
    "beds_as_declared": "there",
    "phone_confirmed": "there",
    "code_of_conduct": "sign",
    "free_of_charge": "sign",
    "privacy_notice": "sign",
    "met_in_person": "us",
    "address_confirmed": "us",
    "no_duplicate": "us",
    "right_to_drive": "us",
}
BRING: Mapping[str, object] = {
    "identity": _("Identity card or passport, the original."),
    "integrity_certificate": _(
        "Certificate of behavioral integrity (certificat de integritate comportamentală) from the police. It is free"
        " of charge; citizens of other states bring the criminal record of their own state."
    ),
    "driving_licence": _("Driving licence of the right category, the original."),
    "inspection": _("Proof of the technical inspection (ITP), still valid."),
    "insurance": _("Insurance policy (RCA), still valid."),
    "owner_permission": _(
        "Registration certificate of the vehicle. If it is not yours: a written permission of its owner."
    ),
    "right_to_dwelling": _("Title deed, rental contract or another paper that shows that you may use the home."),
    "registration": _("Registration certificate of the organization."),
    "representative": _("Identity card of the legal representative, and the paper that appoints them."),
    "anti_fraud_and_psea": _("Your written rules against fraud and against sexual exploitation and abuse."),
    "complaint_procedure": _("How somebody complains about your people, in writing."),
    "plate_seen": _("The vehicle itself, with its child seats: officers look at the plate and count the seats."),
    "photo_with_plate": _("A photo of the vehicle with its number plate. You can send it here, with your phone."),
    "home_visit": _("Somebody at home on the day of the visit. Officers announce it."),
    "lockable_room": _("A room for guests with a door that they can lock from inside."),
    "beds_as_declared": _("The beds that you offer, made up as they will be."),
    "phone_confirmed": _("Your phone, switched on: officers call it."),
    "code_of_conduct": _("The code of conduct."),
    "free_of_charge": _("The declaration that your help is free of charge, with nothing in return."),
    "privacy_notice": _("The notice of what is kept about you and for how long."),
    "met_in_person": _("They meet you in person."),
    "address_confirmed": _("They confirm your address."),
    "no_duplicate": _("They look whether you are registered already."),
    "right_to_drive": _("They ask whether you are allowed to drive at present."),
}
