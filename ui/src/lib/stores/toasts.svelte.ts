// Short words at the top of the window, gone after a while; read aloud politely.
export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'stop';
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  say(text: string, kind: Toast['kind'] = 'done'): void {
    const id = this.#next++;
    // One at a time: the next would reach down into the screen.
    this.list = [{ id, text, kind }];
    setTimeout(() => this.dismiss(id), kind === 'done' ? 4000 : 9000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((t) => t.id !== id);
  }
}

export const toasts = new Toasts();
