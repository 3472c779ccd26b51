// Files of messages in the pretend market: handed over, kept, shown, and always "saved".
import { fail, done, missing, newId, ok } from '../make';
import { file, threadById, threads } from '../threads';
import type { Commands } from '../../types';
import { emit, type World } from '../world';

/** A small picture of two rooms, so that a preview has something to show. */
const PICTURE = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" fill="#e9e4d8"/><path d="M30 30h150v120H30zM180 60h110v90H180z" fill="#fffefc" stroke="#5c5952" stroke-width="6"/><path d="M180 90v30" stroke="#e9e4d8" stroke-width="10"/></svg>')}`;

export function fileCommands(w: World) {
  const taking = new Map<string, number>();
  const all = () => threads.flatMap((t) => [...t.draft_files, ...t.entries.flatMap((e) => e.files)]);
  const changed = () => queueMicrotask(() => emit(w, 'changed', null));
  const fetched = (blob: string) => {
    const found = all().find((f) => f.blob === blob);
    if (!found) return missing();
    if (found.state === 'remote' && w.sync.link.kind === 'offline') return fail('offline', 'This needs the server, and it is not reached at the moment.');
    found.state = 'here';
    changed();
    return null;
  };
  return {
    fileBegin: () => {
      const id = newId();
      taking.set(id, 0);
      return ok(id);
    },
    filePiece: (id, piece) => {
      taking.set(id, (taking.get(id) ?? 0) + atob(piece).length);
      return done();
    },
    fileAttach: (thread, id, name) => {
      threadById(thread)?.draft_files.push(file(name, taking.get(id) ?? 0, 'waiting'));
      changed();
      return done();
    },
    fileGiveUp: (id) => {
      taking.delete(id);
      return done();
    },
    fileDetach: (thread, blob) => {
      const t = threadById(thread);
      if (t) t.draft_files = t.draft_files.filter((f) => f.blob !== blob);
      changed();
      return done();
    },
    fileFetch: (blob) => fetched(blob) ?? done(),
    fileOpen: (blob) => fetched(blob) ?? done(),
    fileSave: (blob) => fetched(blob) ?? ok(all().find((f) => f.blob === blob)?.name ?? ''),
    filePicture: (blob) => ok(all().find((f) => f.blob === blob)?.is_picture ? PICTURE : null),
  } satisfies Partial<Commands>;
}
