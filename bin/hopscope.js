#!/usr/bin/env node
import { pathToFileURL } from 'node:url';
import { isNewEnough, launch, mainFile } from './launch.js';

if (isNewEnough()) {
  import(pathToFileURL(mainFile()).href);
} else {
  launch(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
