// Who travels together, as the form counts them and as the server wants them. Pure: no screen, no network.
export const BANDS = ["0-3", "4-11", "12-17", "18-59", "60+", "unknown"];
export const MINOR_BANDS = ["0-3", "4-11", "12-17", "unknown"];
export const SEXES = ["f", "m", "unknown"];
export const GUARDIANS = ["parent", "legal_guardian", "other_adult", "none"];
export const NEEDS = ["medical", "pregnant", "disability", "elderly_care", "trauma", "newborn", "no_documents"];
export const SPOKEN = ["uk", "ru", "ro", "en"];
export const ALSO_SPOKEN = ["uk", "ro", "en", "ru", "pl", "de", "fr", "it", "es", "hu", "bg", "tr", "other"];
export const MOST = 30;

export const emptyForm = (language = "uk") => ({
  counts: {},
  guardian: "",
  others: 0,
  language,
  languages: [],
  needs: [],
  wheelchairs: 0,
  pets: 0,
  luggage: 0,
  contact_name: "",
  contact_phone: "",
  crossing: "",
});

export const slot = (band, sex) => `${band} ${sex}`;
export const count = (form, band, sex) => form.counts[slot(band, sex)] ?? 0;

export function people(form) {
  return Object.values(form.counts).reduce((sum, n) => sum + n, 0);
}

export function minors(form) {
  return MINOR_BANDS.flatMap((band) => SEXES.map((sex) => count(form, band, sex))).reduce((sum, n) => sum + n, 0);
}

// What is still missing, as keys of words; the same questions as the pages of the server ask.
export function missing(form) {
  const [all, children] = [people(form), minors(form)];
  const found = [];
  if (all < 1 || all > MOST) found.push("volunteer.register.miss.people");
  if (children && !form.guardian) found.push("volunteer.register.miss.guardian");
  if (form.others > children) found.push("volunteer.register.miss.others");
  if (form.wheelchairs > all) found.push("volunteer.register.miss.wheelchairs");
  return found;
}

// One entry a person; children of absent people are the oldest of the children.
export function members(form) {
  const all = BANDS.flatMap((band) => SEXES.flatMap((sex) => Array(count(form, band, sex)).fill({ age_band: band, sex })));
  const children = all.flatMap((person, index) => (MINOR_BANDS.includes(person.age_band) ? [index] : []));
  const absent = new Set([...children].reverse().slice(0, form.others));
  return all.map((person, index) => {
    if (!children.includes(index)) return { ...person, guardian: "none" };
    return { ...person, guardian: absent.has(index) ? "other_adult" : form.guardian };
  });
}

export function householdBody(form, id, zone) {
  const { language, languages, needs, wheelchairs, pets, luggage, contact_name, contact_phone, crossing } = form;
  return {
    id,
    zone,
    members: members(form),
    language,
    languages: [...new Set([language, ...languages])].sort(),
    needs,
    wheelchairs,
    pets,
    luggage,
    contact_name: contact_name.trim(),
    contact_phone: contact_phone.trim(),
    crossing: crossing || null,
  };
}

// The form as it would have been filled in for this body: to mend what the server refused.
export function typed(body) {
  const counts = {};
  for (const { age_band, sex } of body.members) counts[slot(age_band, sex)] = (counts[slot(age_band, sex)] ?? 0) + 1;
  const guardians = body.members.filter(({ age_band }) => MINOR_BANDS.includes(age_band)).map(({ guardian }) => guardian);
  const usual = guardians.find((guardian) => guardian !== "other_adult") ?? guardians[0] ?? "";
  const { language, languages, needs, wheelchairs, pets, luggage, contact_name, contact_phone, crossing } = body;
  return {
    ...emptyForm(language),
    counts,
    guardian: usual,
    others: usual === "other_adult" ? 0 : guardians.filter((guardian) => guardian === "other_adult").length,
    languages: languages.filter((code) => code !== language),
    ...{ needs, wheelchairs, pets, luggage, contact_name, contact_phone, crossing: crossing ?? "" },
  };
}

export const KINDS = ["both", "ride", "stay"];
export const NIGHTS = [1, 3, 7, 14, 30];

// What they ask for, with what most of them need.
export const emptyRequest = () => ({ kind: "both", destination: "", nights: 3, tomorrow: false });

// `now` is the server's time; days and hours are those of Bucharest.
export function requestBody(asked, id, origin, now) {
  const leaves = asked.tomorrow ? tomorrowMorning(now) : now;
  return {
    id,
    kind: asked.kind,
    origin,
    destination: asked.destination || null,
    earliest_at: leaves.toISOString(),
    from_date: dayThere(leaves),
    nights: asked.nights,
  };
}

// The date in Bucharest, YYYY-MM-DD.
export const dayThere = (moment) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Bucharest", dateStyle: "short" }).format(moment);

const hourThere = (moment) =>
  Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Bucharest", hour: "2-digit", hourCycle: "h23" }).format(moment));

// Seven in the morning of the next day there, found by the clock there: nights in which it changes are no exception.
export function tomorrowMorning(now) {
  const today = new Date(`${dayThere(now)}T00:00:00Z`);
  const tomorrow = new Date(today.getTime() + 24 * 3600_000).toISOString().slice(0, 10);
  const guesses = [2, 3].map((offset) => new Date(`${tomorrow}T0${7 - offset}:00:00Z`));
  return guesses.find((guess) => hourThere(guess) === 7) ?? guesses[0];
}
