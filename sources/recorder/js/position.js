// position.js: where on earth the app was told that it is.
let told = false;
const tell = R.guard((position) => {
  if (told) return;
  told = true;
  const { latitude, longitude, accuracy, altitude } = position.coords;
  R.emit({ ev: 'restep.position', text: R.json({ latitude, longitude, accuracy, ...altitude !== null && { altitude } }) });
});
for (const name of ['getCurrentPosition', 'watchPosition']) {
  R.replace(window.Geolocation?.prototype, name, (original) => function(success, ...more) {
    if (typeof success !== 'function') return original.apply(this, arguments);
    return original.call(this, function(position) {
      tell(position);
      return success.apply(this, arguments);
    }, ...more);
  });
}
