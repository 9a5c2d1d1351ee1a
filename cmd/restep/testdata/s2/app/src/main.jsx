// Posts and comments over an API of json-server, as the session s2 shows them.
import { createRoot } from "react-dom/client";
import { Admin, CheckForApplicationUpdate, EditGuesser, Layout, ListGuesser, Resource } from "react-admin";
import jsonServerProvider from "ra-data-json-server";
import { auth } from "./auth.js";

// The check for a newer app asks for the document again, which the recording holds too.
const WithUpdateCheck = ({ children }) => (
  <Layout>
    {children}
    <CheckForApplicationUpdate />
  </Layout>
);

createRoot(document.getElementById("root")).render(
  <Admin dataProvider={jsonServerProvider("/api")} authProvider={auth} layout={WithUpdateCheck} disableTelemetry>
    <Resource name="posts" list={ListGuesser} edit={EditGuesser} recordRepresentation="title" />
    <Resource name="comments" list={ListGuesser} edit={EditGuesser} />
  </Admin>,
);
