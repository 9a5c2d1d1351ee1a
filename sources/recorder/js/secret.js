// secret.js: what the page knows about secrets. An entry names the places of it that hold one, and of which kind; what
// reads the entries replaces them before anything is stored.

// A field that ever was a password stays one: "show password" makes it text.
const passwords = new WeakSet();
const named = {
  password: /passw|pwd|passphrase|secret|\bpin\b|pin-?code/i,
  card: /card-?_?num|cardnumber|\bcc-?_?num|\bpan\b/i,
  iban: /iban/i,
  token: /one-?time|\botp\b|api-?key|token|mfa|2fa/i,
};
// https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
const autofill = { __proto__: null, 'current-password': 'password', 'new-password': 'password', 'one-time-code': 'token', 'cc-number': 'card', email: 'email' };
/** Selectors of what is private. One that is none hides nothing, and must not take the others with it. */
R.private = ['[data-private]', R.config.private].flat().filter((rule) => {
  try {
    new DocumentFragment().querySelector(rule);
    return true;
  } catch {
    R.problem(`no CSS selector, nothing is masked by it: ${rule}`);
    return false;
  }
});

/** Remembers that the element is a field for passwords. */
R.wasPassword = (element) => passwords.add(element);

const isPrivate = (element) => {
  for (let e = element; e; e = R.parent(e)) {
    if (R.private.some((rule) => R.is(e, rule))) return true;
  }
  return false;
};

/** @returns {boolean} whether the texts of an element are not for a recording */
R.hidden = R.guard(isPrivate);

/** @returns {string} the kind of secret that an element holds: 'password', 'card', 'iban', 'email', 'token', 'private', the word
 * of autofill for the rest of a card or a birthday, or '' */
R.secret = (element) => {
  if (element.localName === 'input') {
    if (element.type === 'password') passwords.add(element);
    if (passwords.has(element)) return 'password';
    for (const word of R.attr(element, 'autocomplete').toLowerCase().split(/\s+/)) {
      if (autofill[word]) return autofill[word];
      if (/^cc-|^bday/.test(word)) return word;
    }
    if (element.type === 'email') return 'email';
    const names = `${R.attr(element, 'name')} ${R.attr(element, 'id')}`;
    for (const [kind, form] of Object.entries(named)) if (form.test(names)) return kind;
  }
  return isPrivate(element) ? 'private' : '';
};

/** The secret places of an entry as {secret}, or nothing. */
R.secrets = (element, ...places) => {
  const kind = R.secret(element);
  return kind && { secret: Object.fromEntries(places.map((place) => [place, kind])) };
};

// The beginnings of card and account numbers, of addresses, and of what looks random.
const grows = /^[2-6]\d[\d -]{2,20}$|^[a-z]{2}\d\d[ a-z\d]*$|@\S*$|^(?=\S*\d)(?=\S*[a-z])\S{8,}$/i;
/** @returns {boolean} whether a text in a field is a secret, or may be one when more was typed */
R.growing = (field, text) => grows.test(text) || R.secret(field) !== '';
