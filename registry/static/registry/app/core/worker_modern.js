// The service worker: keeps the shell, and sends the outbox with no page open. /app/sw.js calls `keepShell`.
import "../../vendor/workbox/workbox.js";
import "./keep.js";
import "./resend.js";
