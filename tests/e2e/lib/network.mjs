// The network between a desktop and its server: a door that can be shut and opened.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Passes bytes on to a server, unless it is cut. */
export class Network {
  #server;
  #sockets = new Set();
  #cut = false;
  #host;

  /** Opens a door on a free port; it leads to the same port of a host that is told later. */
  static async open() {
    const network = new Network();
    network.#server = createServer((near) => network.#accept(near));
    network.#server.listen(0, "127.0.0.1");
    await once(network.#server, "listening");
    return network;
  }

  get port() {
    return this.#server.address().port;
  }

  leadTo(host) {
    this.#host = host;
  }

  /** Ends every connection and refuses new ones. */
  cut() {
    this.#cut = true;
    this.#sockets.forEach((socket) => socket.destroy());
  }

  mend() {
    this.#cut = false;
  }

  async close() {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(near) {
    if (this.#cut || !this.#host) {
      near.destroy();
      return;
    }
    const far = connect(this.port, this.#host);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.pipe(other);
      // Either side may break off; the other then has nobody to talk to.
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
