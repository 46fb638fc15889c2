// Where the reader was when the server asked for its token. The login leads back to the page without its hash, and no
// script runs on the way; the tab's own storage keeps the hash until then.
const key = "pbt-return";

export function goToLogin(): void {
  try {
    sessionStorage.setItem(key, window.location.hash);
  } catch {
    // Without storage the login ends at the list of experiments.
  }
  window.location.assign("/login");
}

export function returnFromLogin(): void {
  try {
    const hash = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (hash && window.location.hash === "") window.location.replace(hash);
  } catch {
    // as above
  }
}
