// `npm start`: installs what the netns lab lacks (as root, else it says what is missing), then runs the built-in spec.
import { launch } from './launch.js';

const args = process.argv.slice(2);
const asksForHelp = args.indexOf('--help') >= 0 || args.indexOf('-h') >= 0;

// A setup that fails has said why; the run says what it cannot do without.
const ready = asksForHelp ? Promise.resolve(0) : launch(['setup', '--yes', '--quiet']);
void ready
  .then((code) => (code === 130 ? code : launch(['run'].concat(args))))
  .then((code) => {
    process.exitCode = code;
  });
