import { HarnessError } from '../../errors.ts';
import { asking, statusOf, wordsOf, type Dockerode } from './docker-client.ts';

/** Whether the engine has an image. */
export async function hasImage(dockerode: Dockerode, image: string): Promise<boolean> {
  try {
    await dockerode.getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    return await asking(`look for image ${image}`, () => Promise.reject(error));
  }
}

/** How long a registry may stay silent; once it has answered, a download may take its time. */
const REGISTRY_TIMEOUT_MS = 10_000;
const PULL_TIMEOUT_MS = 300_000;

/** Pulls an image; returns null when that worked, else why it did not. */
export async function pullImage(dockerode: Dockerode, image: string): Promise<string | null> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), REGISTRY_TIMEOUT_MS);
  try {
    const progress = await dockerode.pull(image, { abortSignal: abort.signal });
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), PULL_TIMEOUT_MS);
    await new Promise<void>((resolve, reject) =>
      dockerode.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error))),
    );
    return null;
  } catch (error) {
    return abort.signal.aborted ? 'the registry does not answer in time' : wordsOf(error);
  } finally {
    clearTimeout(timer);
  }
}

export interface ImageBuild {
  readonly image: string;
  /** Folder of the Dockerfile; nothing else of it is sent to the engine. */
  readonly folder: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Builds an ordinary Dockerfile on the machine's own network, as a private engine has no other. Throws SETUP_ERR_FAILED with the last lines of the build. */
export async function buildImage(dockerode: Dockerode, { image, folder, args }: ImageBuild): Promise<void> {
  const lines: string[] = [];
  try {
    const context = { context: folder, src: ['Dockerfile'] };
    const progress = await dockerode.buildImage(context, {
      t: image,
      buildargs: { ...args },
      networkmode: 'host',
      rm: true,
      forcerm: true,
    });
    await new Promise<void>((resolve, reject) => {
      const onFinished = (error: Error | null): void => (error === null ? resolve() : reject(error));
      dockerode.modem.followProgress(progress, onFinished, (event: { readonly stream?: unknown }) => {
        if (typeof event.stream === 'string' && event.stream.trim() !== '') lines.push(event.stream.trim());
        if (lines.length > 10) lines.shift();
      });
    });
  } catch (cause) {
    throw new HarnessError('SETUP_ERR_FAILED', `image ${image} could not be built: ${wordsOf(cause)}: ${lines.join(' | ').slice(-1500)}`, {
      cause,
    });
  }
}
