import { rmSync } from 'node:fs';
import type { Lab, LabSettings } from '../lab/lab.ts';
import { NetnsLab } from '../lab/netns/netns-lab.ts';
import type { LabChoice } from '../spec/spec.ts';

export interface OpenedLab extends AsyncDisposable {
  readonly lab: Lab;
  /** Why this lab and not the other: printed and saved. */
  readonly because: string;
}

export async function openLab(choice: LabChoice, settings: LabSettings): Promise<OpenedLab> {
  const lab = await NetnsLab.start(settings);
  return {
    lab,
    because: `asked for with ${choice}`,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      rmSync(settings.scratchDir, { recursive: true, force: true });
    },
  };
}
