import type { KubernetesVersionListResult } from '@azure/arm-containerservice';
import type { KubernetesVersion } from './arm.js';

/** The SDK's list without its holes: what Azure leaves out is false or empty. */
export function kubernetesVersionsOf(list: KubernetesVersionListResult): readonly KubernetesVersion[] {
  return (list.values ?? []).flatMap(({ version, isDefault, isPreview, capabilities, patchVersions }) =>
    version === undefined
      ? []
      : [
          {
            version,
            isDefault: isDefault ?? false,
            isPreview: isPreview ?? false,
            supportPlans: capabilities?.supportPlan ?? [],
            patchVersions: Object.keys(patchVersions ?? {}),
          },
        ],
  );
}
