import { HarnessError } from '../../errors.ts';
import { helpFooter } from '../help.ts';
import type { Register } from '../register.ts';
import type { SetupFlags } from '../setup-command.ts';

function parseImages(text: string): 'debian' {
  if (text === 'debian') return text;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --images to be debian, got '${text.slice(0, 60)}'`);
}

/** `haproxy:3.0,nginx` as a list; what the names mean is looked up later. */
function parseList(text: string): readonly string[] {
  const list = text.split(',').map((one) => one.trim());
  if (list.length <= 100 && list.every((one) => /^[a-z][a-z0-9-]{0,39}(?::[0-9][0-9A-Za-z.-]{0,19})?$/.test(one))) return list;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected a list such as haproxy:3.0,nginx, got '${text.slice(0, 60)}'`);
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
    .option('--image-list <images>', 'with --images: only these, as in haproxy,nginx:1.26', parseList)
    .option('--versions', 'also other versions of proxies for the netns lab, from other Debian releases (root; 50 to 100 MB each)')
    .option('--version-list <versions>', 'with --versions: only these, as in haproxy:3.0', parseList)
    .option('--spec <file>', 'proxies of this spec instead of hopscope.yaml here or the built-in one')
    .option('--all-proxies', 'every proxy that Hopscope knows and Debian has, whatever the spec uses')
    .option('--quiet', 'print only what is missing or goes wrong')
    .addHelpText(
      'after',
      helpFooter([
        ['hopscope setup', 'what is missing; asks before it installs anything'],
        ['sudo npx hopscope setup --yes', 'for the netns lab, without a question'],
        ['sudo npx hopscope setup --yes --versions --version-list haproxy:3.0', 'one more version of HAProxy for the netns lab'],
        ['sudo npx hopscope setup --yes --docker --images debian', 'for the docker lab too, where no registry is reachable'],
      ]),
    )
    .action(async (flags: SetupFlags) => {
      const { setupCommandLine } = await import('../setup-command.ts');
      finish(await setupCommandLine(flags));
    });
};
