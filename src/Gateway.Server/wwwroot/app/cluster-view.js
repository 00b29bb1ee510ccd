import { byId, element } from './dom.js';

const LookEveryMs = 2_000;

/** So many nodes have a colour of their own in cluster.css. */
const ColourCount = 9;

const sentences = {
  joining: 'joining', alive: 'taking part', impaired: 'cannot reach Redis', draining: 'draining', left: 'has left', suspected: 'silent', dead: 'gone',
};

/** The nodes of the gateway and who owns which shard, asked for again and again while it can be seen. */
export class ClusterView {
  #api;
  #root = byId('cluster');
  #nodes = byId('cluster-nodes');
  #shards = byId('cluster-shards');
  #summary = byId('cluster-summary');
  #timer = null;
  #client = null;
  #shown = '';
  /** Names in the order they were first seen, so that a node keeps its colour when another one goes. */
  #colours = [];

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    this.#api = api;
    document.addEventListener('visibilitychange', () => this.#look());
  }

  /** @param {import('../gateway/index.js').GatewayClient} client */
  follow(client) {
    this.#client = client;
    client.on('status', () => {
      if (client === this.#client) this.#look();
    });
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), LookEveryMs);
    this.#look();
  }

  /** Nobody is signed in. */
  clear() {
    this.#client = null;
    clearInterval(this.#timer);
    this.#show(null);
  }

  async #look() {
    const client = this.#client;
    if (client === null || document.hidden) return;
    try {
      const cluster = await this.#api.cluster();
      if (client === this.#client) this.#show(cluster);
    } catch (problem) {
      if (client === this.#client) this.#say(`Not known at this moment: ${problem.message}`, 'unknown');
    }
  }

  #say(sentence, state) {
    if (this.#summary.textContent !== sentence) this.#summary.textContent = sentence;
    this.#root.dataset.state = state;
  }

  #show(cluster) {
    const own = this.#client?.session?.node ?? '';
    const state = JSON.stringify([cluster, own]);
    if (cluster === null || !cluster.enabled) {
      this.#say(cluster === null ? '' : `This node, ${cluster.self}, is alone: it owns all rooms.`, 'alone');
      this.#shown = '';
      this.#nodes.replaceChildren();
      this.#shards.hidden = true;
      return;
    }
    const unowned = cluster.owners.filter((owner) => owner < 0).length;
    const taking = cluster.nodes.filter(({ status }) => status === 'alive').length;
    this.#say(`${taking} of ${cluster.nodes.length} nodes take part, ${unowned === 0 ? 'every shard has an owner' : `${unowned} shards have no owner`}.`,
      unowned === 0 && taking === cluster.nodes.length ? 'whole' : 'partial');
    if (state === this.#shown) return;
    this.#shown = state;
    const colours = cluster.nodes.map(({ name }) => this.#colourOf(name));
    this.#nodes.replaceChildren(...cluster.nodes.map((node, place) => element('li.node', { 'data-status': node.status, 'data-node': node.name, 'data-colour': colours[place] },
      element('span.swatch', { 'aria-hidden': 'true' }),
      element('strong', { textContent: node.name }),
      node.name === own ? element('span.badge', { textContent: 'this page' }) : null,
      element('span.node-status', { textContent: sentences[node.status] ?? node.status }),
      element('span.node-shards', { textContent: `${node.shards} shards` }))));
    this.#shards.hidden = false;
    this.#shards.replaceChildren(...cluster.owners.map((owner, shard) =>
      element('span', { 'data-colour': owner < 0 ? 'none' : colours[owner], title: `shard ${shard}: ${owner < 0 ? 'nobody' : cluster.nodes[owner].name}` })));
  }

  #colourOf(name) {
    if (!this.#colours.includes(name)) this.#colours.push(name);
    return String(this.#colours.indexOf(name) % ColourCount);
  }
}
