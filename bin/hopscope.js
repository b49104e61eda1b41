#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { keepCompiled } from './compile-cache.js';
import { isNewEnough, launch, mainFile } from './launch.js';

if (isNewEnough()) {
  keepCompiled();
  import(pathToFileURL(mainFile()).href).catch((error) => {
    process.stderr.write('error: cannot load ' + mainFile() + ': ' + error.message + '\n');
    process.exitCode = 3;
  });
} else {
  void launch(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
