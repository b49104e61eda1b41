import { services } from '../../../harness/cli/services.ts';
import type { SubjectRequest } from '../../../harness/world/subject-request.ts';

/** A request with nothing but what a test is about. */
export const request = (part: Partial<SubjectRequest> & Pick<SubjectRequest, 'written' | 'workingFolder'>): SubjectRequest => ({
  service: null,
  version: null,
  at: null,
  root: null,
  provide: [],
  env: {},
  urls: [],
  render: null,
  services: new Map(services.map((service) => [service.name, service])),
  ...part,
});
