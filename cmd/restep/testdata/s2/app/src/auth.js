// The recorded app checked the password in the page. An imported recording holds a stand-in for it, so any password
// is right here: what is replayed is what came after the log-in.
const user = { id: 1, fullName: "Jane Doe" };

export const auth = {
  login({ username, password }) {
    if (username !== "janedoe" || !password) {
      return Promise.reject(new Error("Invalid username or password"));
    }
    localStorage.setItem("user", JSON.stringify(user));
    return Promise.resolve();
  },
  logout() {
    localStorage.removeItem("user");
    return Promise.resolve();
  },
  // Without a reason, as recorded: with one, react-admin asks for the list before it shows the log-in page.
  checkAuth: () => (localStorage.getItem("user") ? Promise.resolve() : Promise.reject()),
  checkError: () => Promise.resolve(),
  getPermissions: () => Promise.resolve(undefined),
  getIdentity: () => Promise.resolve(JSON.parse(localStorage.getItem("user"))),
};
