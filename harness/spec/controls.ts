import { type Link, type Path, topologyKey } from '../model/path.ts';
import { type DeclaredPath, ORIGIN_PORT } from './read-path.ts';

/**
 * Gives every path its control path: the first path without a subject that has the same links and the same origin. Subjects are
 * proxies, impairments that say so (the control path has those links without them), and an origin with a fault (the control path has a
 * healthy one). Where none is declared, one is added behind
 * the first path that needs it, as `<its id>.control`. A path without a subject is its own. Pure; the order of the paths is kept.
 */
export function withControls(declared: readonly DeclaredPath[]): readonly Path[] {
  const controls = new Map<string, string>();
  for (const path of declared) {
    if (!hasSubject(path) && !controls.has(topologyKey(path))) controls.set(topologyKey(path), path.id);
  }
  return declared.flatMap((path): Path[] => {
    if (!hasSubject(path)) return [{ ...path, control: path.id }];
    const { originFault: _, actions: __, ...healthy } = path;
    const key = topologyKey({ ...healthy, links: withoutSubjects(path.links) });
    const known = controls.get(key);
    if (known !== undefined) return [{ ...path, control: known }];
    const control = controlOf(path);
    controls.set(key, control.id);
    return [{ ...path, control: control.id }, control];
  });
}

const isSubject = ({ subject }: Link['impairments'][number]): boolean => subject === true;
const hasSubjectLink = ({ links }: DeclaredPath): boolean => links.some(({ impairments }) => impairments.some(isSubject));
const hasSubject = (path: DeclaredPath): boolean =>
  path.proxies.length > 0 || hasSubjectLink(path) || path.originFault !== undefined || (path.actions ?? []).length > 0;

const withoutSubjects = (links: readonly Link[]): readonly Link[] =>
  links.map((link) => ({ ...link, impairments: link.impairments.filter((impairment) => !isSubject(impairment)) }));

/** The path without its subjects. Its id has a dot, which no declared id can have. */
function controlOf({ originFault, actions: _, ...path }: DeclaredPath): Path {
  const id = `${path.id}.control`;
  const { client, origin } = path.sysctls ?? {};
  const sysctls = { ...(client === undefined ? {} : { client }), ...(origin === undefined ? {} : { origin }) };
  return {
    ...path,
    id,
    title: `${path.title} (control path)`,
    about:
      originFault !== undefined
        ? `The links of ${path.id} and a healthy origin, without its proxies: what goes wrong here is not the fault of either.`
        : hasSubjectLink(path)
          ? `The links and the origin of ${path.id} without its proxies and without the device under test: what goes wrong here is not the fault of either.`
          : `The links and the origin of ${path.id} without its proxies: what goes wrong here is not the fault of a proxy.`,
    proxies: [],
    links: withoutSubjects(path.links),
    ...(path.sysctls === undefined ? {} : { sysctls }),
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
