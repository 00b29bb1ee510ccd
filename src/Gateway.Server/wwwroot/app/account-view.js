import { byId } from './dom.js';

/** The card to sign in or register with. */
export class AccountView {
  #session;
  #isRegistering = false;
  #form = byId('account');
  #error = byId('account-error');
  #submit = byId('account-submit');

  /** @param {import('./session.js').Session} session */
  constructor(session) {
    this.#session = session;
    byId('mode-sign-in').addEventListener('click', () => this.#choose(false));
    byId('mode-register').addEventListener('click', () => this.#choose(true));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  #choose(isRegistering) {
    this.#isRegistering = isRegistering;
    byId('mode-sign-in').setAttribute('aria-pressed', String(!isRegistering));
    byId('mode-register').setAttribute('aria-pressed', String(isRegistering));
    byId('email-field').hidden = !isRegistering;
    byId('password').autocomplete = isRegistering ? 'new-password' : 'current-password';
    this.#submit.textContent = isRegistering ? 'Create account' : 'Sign in';
    this.#error.textContent = '';
  }

  async #send() {
    const { username, email, password } = Object.fromEntries(new FormData(this.#form));
    const missing = this.#check(username, email, password);
    this.#error.textContent = missing?.sentence ?? '';
    if (missing !== null) {
      byId(missing.field).focus();
      return;
    }
    this.#submit.disabled = true;
    try {
      if (this.#isRegistering) await this.#session.register(username.trim(), email.trim(), password);
      else await this.#session.signIn(username.trim(), password);
      this.#form.reset();
    } catch (problem) {
      this.#error.textContent = problem.message;
    } finally {
      this.#submit.disabled = false;
    }
  }

  /** What the server would refuse anyway, said at once. */
  #check(username, email, password) {
    if (username.trim() === '') return { field: 'username', sentence: 'Please enter your user name.' };
    if (this.#isRegistering && !/^\S+@\S+$/.test(email.trim())) return { field: 'email', sentence: 'Please enter your email address.' };
    if (password === '') return { field: 'password', sentence: 'Please enter your password.' };
    return null;
  }
}
