// limits.js: what an app may use that goes by real time and stays so. It is said where it is used.
{
  const once = (name, what) => {
    const Native = globalThis[name];
    if (!Native) return;
    const stand = new Proxy(Native, { construct(target, args, made) { R.limit(what); return Reflect.construct(target, args, made === stand ? target : made); } });
    Object.defineProperty(globalThis, name, { ...Object.getOwnPropertyDescriptor(globalThis, name), value: stand });
  };
  once('BroadcastChannel', 'broadcast channels');
  once('AudioContext', 'an audio clock');
  once('RTCPeerConnection', 'WebRTC');
  const said = (Class, name, what) => R.replace(globalThis[Class]?.prototype, name, (original) => ({ [name](...args) { R.limit(what); return Reflect.apply(original, this, args); } })[name]);
  said('HTMLMediaElement', 'play', 'audio or video');
  said('ServiceWorkerContainer', 'register', 'a service worker');
}
