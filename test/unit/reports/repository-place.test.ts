import { describe, expect, it } from 'vitest';
import { repositoryFile } from '../../../reports/repository-place.ts';

describe('repositoryFile', () => {
  it('names a file relative to the root of the repository, whatever folder it was named in', () => {
    expect(repositoryFile('nginx.conf', { workspace: '/repo', folder: '/repo/edge' })).toBe('edge/nginx.conf');
    expect(repositoryFile('../nginx.conf', { workspace: '/repo', folder: '/repo/edge' })).toBe('nginx.conf');
    expect(repositoryFile('/repo/edge/./nginx.conf', { workspace: '/repo/' })).toBe('edge/nginx.conf');
    expect(repositoryFile('./nginx.conf', {})).toBe('nginx.conf');
  });

  it('is null for a file outside, and for the root itself', () => {
    expect(repositoryFile('../nginx.conf', { workspace: '/repo' })).toBeNull();
    expect(repositoryFile('/etc/nginx/nginx.conf', { workspace: '/repo' })).toBeNull();
    expect(repositoryFile('/etc/nginx/nginx.conf', {})).toBeNull();
    expect(repositoryFile('.', { workspace: '/repo' })).toBeNull();
    expect(repositoryFile('..', {})).toBeNull();
  });

  it('keeps a name that only begins with two dots', () => {
    expect(repositoryFile('..conf', { workspace: '/repo' })).toBe('..conf');
  });
});
