// The short lists of words, read once.
import type { PlaceView, SkillHitView, VocabularyView } from '../ipc/bindings';
import { call } from '../ipc/call';

class Vocabulary {
  view = $state.raw<VocabularyView>({ categories: [], languages: [], currencies: [], time_zones: [] });
  #asked = false;

  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    void call((c) => c.vocabulary()).then((answer) => {
      if (answer.status === 'ok') this.view = answer.data;
      else this.#asked = false;
    });
  }
}

export const vocabulary = new Vocabulary();

export async function suggestSkills(text: string): Promise<SkillHitView[]> {
  const answer = await call((c) => c.suggestSkills(text));
  return answer.status === 'ok' ? answer.data : [];
}

export async function suggestPlaces(text: string): Promise<PlaceView[]> {
  const answer = await call((c) => c.suggestPlaces(text));
  return answer.status === 'ok' ? answer.data : [];
}
