import { describe, expect, it } from 'vitest';
import { parseMirrors, sourcesFor } from '../../../../harness/lab/docker/debian-base.ts';

const LISTING = `http://mirror.test/debian/|Debian|Debian|main
http://mirror.test/debian/|Debian|Debian|main
http://mirror.test/debian-security/|Debian|Debian-Security|main
https://other.test/apt/|Other|Other|main
http://mirror.test/debian/|Debian|Debian|contrib
`;

describe('parseMirrors', () => {
  it('keeps the mirrors of Debian itself, each once', () => {
    expect(parseMirrors(LISTING)).toEqual([
      { uri: 'http://mirror.test/debian/', isSecurity: false },
      { uri: 'http://mirror.test/debian-security/', isSecurity: true },
    ]);
  });
});

describe('sourcesFor', () => {
  it('names the release, its updates and its security updates', () => {
    expect(sourcesFor('trixie', parseMirrors(LISTING))).toEqual([
      'deb http://mirror.test/debian/ trixie main',
      'deb http://mirror.test/debian/ trixie-updates main',
      'deb http://mirror.test/debian-security/ trixie-security main',
    ]);
  });

  it('leaves the choice to mmdebstrap on a machine without a Debian mirror', () => {
    expect(sourcesFor('trixie', parseMirrors('http://mirror.test/ubuntu/|Ubuntu|Ubuntu|main\n'))).toEqual([]);
  });
});
