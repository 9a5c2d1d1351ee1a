// Answers one address by itself, and one with what the server says.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (e) => e.waitUntil(clients.claim()));
addEventListener('fetch', (e) => {
  const path = new URL(e.request.url).pathname;
  if (path === '/api/made') e.respondWith(new Response('made by the worker'));
  if (path === '/api/passed') e.respondWith(fetch('/api/json?by=worker'));
});
