import { rmSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import type { Lab, LabSettings } from '../lab/lab.ts';
import { NetnsLab } from '../lab/netns/netns-lab.ts';
import type { LabChoice } from '../spec/spec.ts';

export interface OpenedLab extends AsyncDisposable {
  readonly lab: Lab;
  /** Why this lab and not the other: printed and saved. */
  readonly because: string;
}

/**
 * Starts the lab that was asked for. `auto` takes docker when an engine answers and has its images, else namespaces; only an
 * explicit `docker` starts an engine of its own. What the lab leaves in the scratch folder goes with it.
 */
export async function openLab(choice: LabChoice, settings: LabSettings): Promise<OpenedLab> {
  try {
    const { lab, because } = await startLab(choice, settings);
    let isUp = true;
    return {
      lab,
      because,
      // It may be taken down before its scope ends.
      async [Symbol.asyncDispose]() {
        if (!isUp) return;
        isUp = false;
        await lab[Symbol.asyncDispose]();
        removeScratch(settings);
      },
    };
  } catch (error) {
    removeScratch(settings);
    throw error;
  }
}

const removeScratch = ({ scratchDir }: LabSettings): void => rmSync(scratchDir, { recursive: true, force: true });

async function startLab(choice: LabChoice, settings: LabSettings): Promise<{ readonly lab: Lab; readonly because: string }> {
  switch (choice) {
    case 'netns':
      return { lab: await NetnsLab.start(settings), because: 'asked for' };
    case 'docker':
      return { lab: await startDocker(settings), because: 'asked for' };
    case 'auto':
      return await startAny(settings);
  }
}

async function startAny(settings: LabSettings): Promise<{ readonly lab: Lab; readonly because: string }> {
  const { dockerAvailability } = await import('../lab/docker/availability.ts');
  const docker = await dockerAvailability(settings.packageRoot);
  if (docker.available) return { lab: await startDocker(settings), because: docker.because };
  try {
    return { lab: await NetnsLab.start(settings), because: `no docker: ${docker.because}` };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw new HarnessError(error.code, `no lab can run here. docker: ${docker.because}. netns: ${error.message}`, { cause: error });
  }
}

/** testcontainers takes a while to load, so it is loaded only for this. */
async function startDocker(settings: LabSettings): Promise<Lab> {
  const { DockerLab } = await import('../lab/docker/docker-lab.ts');
  return await DockerLab.start(settings);
}
