import type { Command } from 'commander';

/** Adds one command; its action hands its exit code to `finish`. */
export type Register = (program: Command, finish: (exitCode: number) => void) => void;
