import type { Direction } from '../../harness/model/impairment.ts';
import type { DeclaredPath } from '../../harness/spec/read-path.ts';

/** What is wrong with a path, and so what must be found. */
export interface Truth {
  /** Name of a proxy, of a link, or `origin`, `client`. */
  readonly host: string;
  /** Null: not told. */
  readonly direction: Direction | null;
  /** Audit ids, any of which is right. */
  readonly causes: readonly string[];
  /** The config line at fault: name of the file without folders, and number in the text as it ran. Null: there is none. */
  readonly line: { readonly file: string; readonly line: number } | null;
}

/** One file of the bench: a path with something wrong, or with nothing wrong (`truth` null). */
export interface Fault {
  readonly id: string;
  readonly about: string;
  /** Name of the folder that the file stands in. */
  readonly family: string;
  /** As messages call it. */
  readonly file: string;
  readonly path: DeclaredPath;
  readonly scenarios: readonly string[];
  readonly truth: Truth | null;
}
