import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../../harness/model/service.ts';
import { applySetup, type Installer } from '../../../harness/setup/apply.ts';
import { removeForgottenPolicy, withServicesHeld } from '../../../harness/setup/services-held.ts';

let root = '';
const policy = (): string => join(root, 'usr/sbin/policy-rc.d');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-test-'));
  mkdirSync(join(root, 'usr/sbin'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const result = (code: number, stdout = ''): CommandResult => ({ code, stdout, stderr: '' });

/** Answers by the first word that matches, and remembers what was asked. */
function installer(answers: Readonly<Record<string, CommandResult>>): Installer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    root,
    onProgress: () => undefined,
    run: async (argv) => {
      const command = argv.join(' ');
      asked.push(command);
      return Object.entries(answers).find(([part]) => command.includes(part))?.[1] ?? result(0);
    },
  };
}

describe('withServicesHeld', () => {
  it('forbids services to start while packages are installed, and not any longer', async () => {
    const during = await withServicesHeld(root, async () => ({
      text: readFileSync(policy(), 'utf8'),
      mode: statSync(policy()).mode & 0o777,
    }));
    expect(during.result.text).toMatch(/^#!\/bin\/sh\n[^]*exit 101\n$/);
    expect(during.result.mode & 0o111).not.toBe(0);
    expect(existsSync(policy())).toBe(false);
  });

  it('removes the policy when the installation fails', async () => {
    await expect(withServicesHeld(root, () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    expect(existsSync(policy())).toBe(false);
  });

  it('leaves a policy of the administrator as it is', async () => {
    writeFileSync(policy(), '#!/bin/sh\nexit 0\n');
    await withServicesHeld(root, async () => undefined);
    expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(removeForgottenPolicy(root)).toEqual([]);
  });

  it('survives a signal, says so, and still removes the policy', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const held = await withServicesHeld(root, async () => {
      process.emit('SIGTERM', 'SIGTERM');
      return existsSync(policy());
    });
    expect(held).toEqual({ result: true, interrupted: true });
    expect(existsSync(policy())).toBe(false);
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  it('removes the policy of a killed setup, and not that of a living one', async () => {
    const during = await withServicesHeld(root, async () => ({
      text: readFileSync(policy(), 'utf8'),
      removed: removeForgottenPolicy(root),
    }));
    expect(during.result.removed).toEqual([]);
    const forgotten = during.result.text.replace(/\d+-\d+/, '4194304-1');
    writeFileSync(policy(), forgotten);
    await withServicesHeld(root, async () => undefined);
    expect(existsSync(policy())).toBe(false);
    writeFileSync(policy(), forgotten);
    expect(removeForgottenPolicy(root)).toEqual([policy()]);
  });
});

describe('applySetup', () => {
  it('updates first, installs without recommendations and questions, and disables the services that came along', async () => {
    const apt = installer({ 'dpkg-query': result(1) });
    expect(await applySetup(['haproxy', 'tcpdump'], apt)).toEqual({
      installed: ['haproxy', 'tcpdump'],
      unavailable: [],
      disabled: ['haproxy.service'],
      interrupted: false,
    });
    const [update, install] = apt.asked.filter((command) => command.includes('apt-get'));
    expect(update).toMatch(/apt-get .* update$/);
    expect(install).toMatch(/^env DEBIAN_FRONTEND=noninteractive apt-get .*--yes install --no-install-recommends haproxy tcpdump$/);
    expect(apt.asked.at(-1)).toBe('systemctl disable haproxy.service');
  });

  it('stops a service too where systemd runs', async () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    const apt = installer({ 'dpkg-query': result(1) });
    await applySetup(['nginx'], apt);
    expect(apt.asked.at(-1)).toBe('systemctl disable --now nginx.service');
  });

  it('leaves the service of a package alone that was there before', async () => {
    const apt = installer({ 'dpkg-query': result(0, 'installed') });
    expect(await applySetup(['nginx'], apt)).toMatchObject({ disabled: [] });
    expect(apt.asked.some((command) => command.includes('systemctl'))).toBe(false);
  });

  it('skips packages that the sources do not have and says so', async () => {
    const apt = installer({ 'show --no-all-versions libnginx-mod-stream': result(100), 'dpkg-query': result(1) });
    expect(await applySetup(['libnginx-mod-stream', 'socat'], apt)).toMatchObject({
      installed: ['socat'],
      unavailable: ['libnginx-mod-stream'],
    });
  });

  it('reports what apt printed when it fails, and leaves no policy behind', async () => {
    const apt = installer({ ' install ': result(100, 'E: Unable to correct problems'), 'dpkg-query': result(1) });
    await expect(applySetup(['haproxy'], apt)).rejects.toMatchObject({
      code: 'SETUP_ERR_FAILED',
      message: expect.stringContaining('E: Unable to correct problems'),
    });
    expect(existsSync(policy())).toBe(false);
  });
});
