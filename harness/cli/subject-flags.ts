import { type Command, Option } from 'commander';
import type { SubjectOptions } from './check-options.ts';

/** Flags of every command that takes a user's own config. */
export interface SubjectFlags {
  readonly as?: string;
  readonly proxyVersion?: string;
  readonly at?: string;
  readonly root?: string;
  readonly provide: readonly string[];
  readonly env: readonly string[];
  readonly url: readonly string[];
  readonly render?: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const subjectFlags = (command: Command): Command =>
  command
    .option('--as <service>', 'what it is a config of, where its content does not tell: haproxy, nginx, apache, caddy, node-proxy')
    .option(
      '--proxy-version <version>',
      'version of the proxy (default: that of this machine, another where it refuses the config for its age)',
    )
    .option('--at <path>', 'where the config stands in production')
    .option('--root <folder>', "a folder that is the '/' of the config's machine")
    .addOption(
      new Option('--provide <src[:dest]>', 'a file or folder that the config needs, and where it stands; may be repeated')
        .argParser(collect)
        .default([], 'the folder of the config'),
    )
    .addOption(new Option('--env <name=value>', 'environment of the proxy; may be repeated').argParser(collect).default([], 'none'))
    .addOption(
      new Option('--url <url>', 'an entry to check, as wss://chat.example.com/socket; may be repeated')
        .argParser(collect)
        .default([], 'those that are found'),
    )
    .option('--render <command>', 'prints the config rendered, where it is a template');

export const subjectOptions = (flags: SubjectFlags): SubjectOptions => ({
  as: flags.as ?? null,
  version: flags.proxyVersion ?? null,
  at: flags.at ?? null,
  root: flags.root ?? null,
  provide: flags.provide,
  env: flags.env,
  urls: flags.url,
  render: flags.render ?? null,
});

/**
 * The flags by which a config was described, for the command that checks it again. Values of `--env` may be secrets and are left out; what the command then says is
 * missing is told by itself.
 */
export const flagsOf = ({ as, version, at, root, provide, render }: SubjectOptions): readonly string[] => [
  ...(as === null ? [] : ['--as', as]),
  ...(version === null ? [] : ['--proxy-version', version]),
  ...(at === null ? [] : ['--at', at]),
  ...(root === null ? [] : ['--root', root]),
  ...provide.flatMap((one) => ['--provide', one]),
  ...(render === null ? [] : ['--render', render]),
];
