// The service worker of a browser that knows no modules in workers: keeps the shell.
import "../../vendor/workbox/workbox.js";
import "./keep.js";
