import { spawnSync } from 'node:child_process';

export const hasSocat = (): boolean => spawnSync('socat', ['-V']).status === 0;
