import type { Roots } from '../../reports/repository-place.ts';

/** Where files are that reports name: the checkout of a GitHub or GitLab job, else the working folder, which relative names are relative to. */
export function repositoryRoots(): Required<Roots> {
  const folder = process.cwd();
  return { workspace: process.env['GITHUB_WORKSPACE'] || process.env['CI_PROJECT_DIR'] || folder, folder };
}
