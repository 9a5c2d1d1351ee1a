// embed.js: the recorder that an app includes. It stands around the other parts, which begin with start(): what the
// platform gives must then still be the platform's, so an app starts it before anything else.

/** Everything that start() may be told, with what holds where it is not. */
const defaults = {
  endpoint: '', // where batches are posted
  key: '', // write-only: a page can keep no secret
  sampling: 1, // share of sessions that are recorded
  mode: 'always', // or 'on-error': the last minute before an error or mark()
  private: [], // CSS of elements that hold secrets, besides those with data-private
  drop: [], // URLs of requests to leave out, * for any run of characters
  maxBody: 128 << 10, // bytes of a body above which it is a hole
  maxFile: 128 << 10, // of an uploaded file
  maxQueue: 4 << 20, // characters that wait to be sent; what comes then is lost, and counted
  console: true, // record the console
  trace: true, // give requests to the page's own origin a traceparent
};

const api = {
  /**
   * Begins to record. What is undefined or null among the options is as if it were not there.
   * @returns {boolean} whether this session is recorded: see sampling; false where that cannot be
   * @throws {TypeError} without an endpoint, and for nothing else
   */
  start(options) {
    if (typeof window === 'undefined') return false; // on a server
    if (!R.config) {
      const config = {};
      for (const [key, value] of Object.entries(defaults)) config[key] = options?.[key] ?? value;
      if (!config.endpoint) throw new TypeError('no endpoint');
      R.config = config;
      R.on = true;
      try {
        config.endpoint = new URL(config.endpoint, document.baseURI).href;
        install();
      } catch { // the app must not notice
        R.chosen = false;
      }
    }
    return R.on = R.chosen;
  },
  /**
   * Ends the recording; what there is is sent. What was replaced stays, and does nothing.
   * @returns {Promise} settled when it was received, or after 5 s
   */
  async stop() {
    if (!R.on) return;
    api.flush();
    R.on = false;
    await Promise.race([R.send(), new Promise((done) => R.later(done, 5000))]);
  },
  /** Says that it went wrong here. */
  mark(note) {
    R.emit?.({ ev: 'note', text: String(note ?? 'marked') });
  },
  /** Says who the person is, in words of the app. */
  identify(user) {
    R.emit?.({ ev: 'track', name: 'identify', text: String(user) });
  },
  /** For the recorder of the document around this one: writes down what is unfinished, in its frames too. */
  flush() {
    for (let i = 0; i < window.length; i++) {
      try {
        window[i].restepRecorder?.flush();
      } catch { /* of another origin */ }
    }
    R.begin?.('');
    R.flush?.();
  },
  /** For recorders in frames. */
  take(entries, frame) {
    R.take?.(entries, frame);
  },
};

function install() {
  const { Map, Set } = window; // from before the app
  'the parts';
}
