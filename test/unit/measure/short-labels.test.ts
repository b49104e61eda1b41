import { describe, expect, it } from 'vitest';
import { shortLabels } from '../../../harness/measure/short-labels.ts';

describe('short labels', () => {
  it('name a file by its last part where that is enough', () => {
    const short = shortLabels(['etc/nginx/nginx.conf', 'etc/nginx/conf.d/a.conf', 'etc/nginx/conf.d/a.conf', 'conf.d/']);
    expect(['etc/nginx/nginx.conf', 'etc/nginx/conf.d/a.conf', 'conf.d/'].map(short)).toEqual(['nginx.conf', 'a.conf', 'conf.d']);
  });

  it('keep whole labels of files that are called the same, and labels that they do not know', () => {
    const short = shortLabels(['a/site.conf', 'b/site.conf']);
    expect(['a/site.conf', 'b/site.conf', 'c/site.conf'].map(short)).toEqual(['a/site.conf', 'b/site.conf', 'c/site.conf']);
  });
});
