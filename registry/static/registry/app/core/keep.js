// The service worker's own part: it keeps the shell for hours without a network. A script without exports, so that
// workers of both types can load it; /app/sw.js calls it with the files and their revisions.
self.keepShell = function keepShell(files) {
  const { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, NavigationRoute, precacheAndRoute, registerRoute } =
    self.workbox;
  cleanupOutdatedCaches();
  addPlugins([{ cacheWillUpdate: async ({ response }) => forEverybody(response) }]);
  // Answers of the API are never in it: only addresses of this list are looked up.
  precacheAndRoute(files, { cleanURLs: false, directoryIndex: null });
  registerRoute(new NavigationRoute(createHandlerBoundToURL("/app/"), { allowlist: [/^\/app\/(\?|$)/] }));
  // The first visit already is kept; a later version waits until it is asked to take over.
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener("message", (event) => {
    if (event.data === "take over") self.skipWaiting();
    if (event.data === "claim") event.waitUntil(self.clients.claim());
  });
};

// The server says of each page that it depends on cookie and language; those of the shell do not, and a kept answer
// that claims so would not be found again. Anything but a plain 200 is not kept at all.
function forEverybody(response) {
  if (response.status !== 200 || response.redirected) return null;
  const headers = new Headers(response.headers);
  // The last two speak of how the body came, and it has been unpacked since.
  for (const name of ["Vary", "Set-Cookie", "Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(response.body, { status: 200, headers });
}
