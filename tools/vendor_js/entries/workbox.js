// For the service worker: a script without exports, so that a worker of either type can load it.
import { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

self.workbox = {
  addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, NavigationRoute, precacheAndRoute, registerRoute,
};
