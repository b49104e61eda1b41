import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Where the files of a spec are looked for. Absolute folders. */
export interface SpecFolders {
  /** Folder of the spec file: relative paths start here. */
  readonly spec: string;
  /** Root of this package: `builtin:` paths are below it. */
  readonly package: string;
  /** Labels are shortened to be relative to it. */
  readonly working: string;
}

export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** What messages and reports call it: relative to the working folder where it is below it, else `builtin:...` or absolute. */
  readonly label: string;
}

const BUILTIN = 'builtin:';

/** Where `builtin:haproxy/plain.cfg` and `builtin:incidents/0001-.../haproxy.cfg` are in this package; null: not of this form. */
function builtinPath(written: string, packageRoot: string): string | null {
  const parts = written.slice(BUILTIN.length).split('/');
  if (parts.length < 2 || !parts.every((part) => /^[\w-][\w.-]*$/.test(part))) return null;
  const [service = '', ...rest] = parts;
  if (service === 'incidents') return join(packageRoot, 'scenarios', ...parts);
  const path = join('containers', service, 'configs', ...rest);
  // Node strips no types below node_modules: an installed package has the compiled program in dist/.
  const compiled = path.endsWith('.ts') && packageRoot.includes(`${sep}node_modules${sep}`);
  return compiled ? join(packageRoot, 'dist', path.replace(/\.ts$/, '.js')) : join(packageRoot, path);
}

/** Resolves a path that a spec names. Null: a `builtin:` path that is not of the form `builtin:<service>/<file>`. */
export function configFile(written: string, folders: SpecFolders): ConfigFile | null {
  const builtin = written.startsWith(BUILTIN);
  const path = builtin ? builtinPath(written, folders.package) : resolve(folders.spec, written);
  return path === null ? null : { path, label: shortLabel(path, folders.working) ?? (builtin ? written : path) };
}

/** The path relative to a folder when it is below it, else null. */
export function shortLabel(path: string, folder: string): string | null {
  const short = relative(folder, path);
  return short === '' || short === '..' || short.startsWith(`..${sep}`) || isAbsolute(short) ? null : short;
}

/** Why a file cannot be used, in words that follow "got"; null when it can. */
export function whyUnusable(path: string, mode: 'read' | 'execute' = 'read'): string | null {
  try {
    if (!statSync(path).isFile()) return 'something that is not a file';
    accessSync(path, mode === 'read' ? constants.R_OK : constants.X_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
    return code === 'EACCES' ? `a file that may not be ${mode === 'read' ? 'read' : 'run'}` : code;
  }
}
