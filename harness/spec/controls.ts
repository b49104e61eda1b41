import type { Path } from '../model/path.ts';
import { type DeclaredPath, ORIGIN_PORT } from './read-path.ts';

const sharedKey = ({ origin, links }: DeclaredPath): string => JSON.stringify([origin, links]);

/**
 * Gives every path its control path: the first path without a proxy that has the same links and the same origin. Where none
 * is declared, one is added behind the first path that needs it, as `<its id>.control`. A path without a proxy is its own.
 * Pure; the order of the paths is kept.
 */
export function withControls(declared: readonly DeclaredPath[]): readonly Path[] {
  const controls = new Map<string, string>();
  for (const path of declared) {
    if (path.proxies.length === 0 && !controls.has(sharedKey(path))) controls.set(sharedKey(path), path.id);
  }
  return declared.flatMap((path): Path[] => {
    if (path.proxies.length === 0) return [{ ...path, control: path.id }];
    const known = controls.get(sharedKey(path));
    if (known !== undefined) return [{ ...path, control: known }];
    const control = controlOf(path);
    controls.set(sharedKey(path), control.id);
    return [{ ...path, control: control.id }, control];
  });
}

/** The path without its subject. Its id has a dot, which no declared id can have. */
function controlOf(path: DeclaredPath): Path {
  const id = `${path.id}.control`;
  return {
    ...path,
    id,
    title: `${path.title} (control path)`,
    about: `The links and the origin of ${path.id} without its proxies: what goes wrong here is not the fault of a proxy.`,
    proxies: [],
    // Nothing strips the prefix where no proxy is.
    target: path.target.startsWith(`${path.httpBase}/`) ? path.target.slice(path.httpBase.length) : path.target,
    httpBase: '',
    tls: false,
    port: ORIGIN_PORT,
    expect: [],
    control: id,
    incident: null,
  };
}
