import { describe, expect, it } from 'vitest';
import { engineArgv } from '../../../../harness/lab/docker/engine-argv.ts';

describe('engineArgv', () => {
  const text = engineArgv({ stateDir: '/state', runDir: '/run/x' }).join(' ');

  it('keeps images in the state folder and everything else in the run folder', () => {
    expect(text).toContain('--data-root /state/docker');
    expect(text).toContain('--host unix:///run/x/docker.sock');
    expect(text).toContain('--exec-root /run/x/exec');
  });

  it('leaves the packet filter, forwarding and the bridges of the machine alone', () => {
    for (const flag of ['--bridge=none', '--iptables=false', '--ip-forward=false', '--ip-masq=false']) expect(text).toContain(flag);
  });
});
