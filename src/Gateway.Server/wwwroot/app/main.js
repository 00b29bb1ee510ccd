import { GatewayClient } from '../gateway/index.js';
import { AccountView } from './account-view.js';
import { Api } from './api.js';
import { ClusterView } from './cluster-view.js';
import { ConnectionView } from './connection-view.js';
import { byId } from './dom.js';
import { JobsView } from './jobs-view.js';
import { notify } from './notice.js';
import { RoomsView } from './rooms-view.js';
import { Session } from './session.js';
import { UploadView } from './upload-view.js';
import { WireView } from './wire-view.js';

const session = new Session();
const api = new Api(session);
const connectionView = new ConnectionView();
const jobsView = new JobsView(api, (problem) => notify(problem.message));
const uploadView = new UploadView(api, (job) => (job === null ? jobsView.load() : jobsView.put(job)));
const roomsView = new RoomsView((count) => connectionView.showRooms(count));
const wireView = new WireView();
const clusterView = new ClusterView(api);
new AccountView(session);

/** @type {GatewayClient|null} */
let client = null;

session.on('changed', (user) => (user === null ? leave() : enter(user)));
session.on('ended', notify);
byId('sign-out').addEventListener('click', () => session.signOut());
// The network is back: no reason to wait for the next attempt.
window.addEventListener('online', () => client?.retryNow());

if (session.user === null) leave();
else enter(session.user);

function enter(user) {
  showDesk(user);
  client = new GatewayClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
    token: (request) => session.token(request),
    agent: 'gateway-page/1',
  });
  client.on('failure', ({ attempts }) => notify(`The gateway did not answer ${attempts} times in a row. Trying on.`));
  client.on('error', (error) => notify(error.message));
  connectionView.follow(client);
  wireView.follow(client);
  clusterView.follow(client);
  const own = client.room(`user:${user.id}`);
  jobsView.follow(own);
  own.on('left', ({ sentence, willRejoin }) => willRejoin || notify(`Live progress is not available: ${sentence}`));
  client.connect().catch((error) => {
    if (session.user !== null) notify(error.message);
  });
  own.join({ presence: false, observer: true }).catch(() => {});
  roomsView.follow(client, user);
  jobsView.load();
}

function leave() {
  client?.close();
  client = null;
  connectionView.clear();
  uploadView.clear();
  jobsView.clear();
  roomsView.clear();
  roomsView.forget();
  wireView.clear();
  clusterView.clear();
  showDesk(null);
}

function showDesk(user) {
  byId('welcome').hidden = user !== null;
  byId('desk').hidden = user === null;
  byId('user').hidden = user === null;
  byId('user-name').textContent = user?.username ?? '';
  byId('user-avatar').textContent = user?.username.slice(0, 1).toUpperCase() ?? '';
}
