#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { isNewEnough, launch, mainFile } from './launch.js';

if (isNewEnough()) {
  import(pathToFileURL(mainFile()).href).catch((error) => {
    process.stderr.write('error: cannot load ' + mainFile() + ': ' + error.message + '\n');
    process.exitCode = 3;
  });
} else {
  void launch(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
