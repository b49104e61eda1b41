import { HarnessError } from '../../errors.ts';
import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';
import type { SetupFlags } from '../setup-command.ts';

function parseImages(text: string): 'debian' {
  if (text === 'debian') return text;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --images to be debian, got '${text.slice(0, 60)}'`);
}

export const registerSetup: Register = (program, finish) => {
  program
    .command('setup')
    .description(
      'Says what is missing here and why it matters, and installs it with apt when root. Services of the packages are neither started nor enabled.',
    )
    .option('--yes', 'install without asking')
    .option('--docker', 'also what the docker lab needs: docker.io, mmdebstrap and the image of its tools')
    .option('--images <kind>', 'debian: build the images of all proxies from Debian packages, without a registry', parseImages)
    .option('--quiet', 'print only what is missing or goes wrong')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope setup', 'what is missing; asks before it installs anything'],
        ['sudo npx hopscope setup --yes', 'for the netns lab, without a question'],
        ['sudo npx hopscope setup --yes --docker --images debian', 'for the docker lab too, where no registry is reachable'],
      ]),
    )
    .action(async (flags: SetupFlags) => {
      const { setupCommandLine } = await import('../setup-command.ts');
      finish(await setupCommandLine(flags));
    });
};
