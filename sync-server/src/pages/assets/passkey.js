// Asks the device for a passkey, as the page says, and sends what it answers with the page's form.
'use strict';

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

const read = (asked) => {
  const options = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) options.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of ['excludeCredentials', 'allowCredentials']) {
    if (asked[list]) options[list] = asked[list].map((known) => ({ ...known, id: bytes(known.id) }));
  }
  return options;
};

const write = (credential) => {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    extensions: {},
  });
};

const form = document.querySelector('form[data-passkey]');
const said = document.querySelector('#passkey-said');
const button = form.querySelector('button');

const say = (words) => {
  said.textContent = words;
  said.hidden = false;
};

const ask = async () => {
  if (!window.PublicKeyCredential) {
    say('This browser knows no passkeys. Use another one, or your password.');
    return;
  }
  button.disabled = true;
  said.hidden = true;
  try {
    const publicKey = read(JSON.parse(form.dataset.passkey).publicKey);
    const credential = publicKey.user
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = write(credential);
    form.submit();
  } catch (error) {
    button.disabled = false;
    say(
      error.name === 'InvalidStateError'
        ? 'This device has a passkey for your account already.'
        : 'Your device gave no passkey. Try again, or go back.',
    );
  }
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void ask();
});
void ask();
