/** Gates of encryption: the volumes' key, whether it can be used and is rotated, and what travels between containers. */
import { allKnown, type GateSide, type KeyFacts, partOf, type VolumeFacts } from "./facts.ts";
import { compared } from "./judging.ts";

/**
 * Instance types with local storage, which a module of the instance encrypts and KmsKeyId does not (CreateEndpointConfig, API
 * reference: "Local storage volumes are encrypted using a hardware module on the instance"). Which they are: EC2 user guide,
 * "Instance store volumes"; those of them that SageMaker hosts, as far as is known.
 */
const hasLocalStorage = ({ instanceType }: VolumeFacts): boolean =>
  /^ml\.([cmr]\d\w*d|g4dn|g5|g6e?|p4de?|p5\w*|trn1n?|inf2)\./.test(instanceType);

interface Volumes {
  readonly volume: VolumeFacts;
  readonly key: KeyFacts | null;
}

/** A key is looked up only where the volumes have one that a key could encrypt. */
const volumesOf = ({ volume, key }: GateSide) =>
  partOf(volume, (of) => {
    if (of.keyId === null || hasLocalStorage(of)) return { value: { volume: of, key: null } };
    return partOf(key, (found): { value: Volumes } => ({ value: { volume: of, key: found } }));
  });

const isEncrypted = ({ volume, key }: Volumes): boolean =>
  hasLocalStorage(volume) || key?.isCustomers === true;

function volumesText({ volume, key }: Volumes): string {
  if (hasLocalStorage(volume)) return `${volume.instanceType} encrypts its local storage itself`;
  if (volume.keyId === null) return "no key for the volumes";
  return key?.isCustomers === true
    ? `${volume.keyId}, the customer's own`
    : `${volume.keyId}, which is AWS's own`;
}

/** SOC 2 CC6.1, HIPAA 164.312(a)(2)(iv), GDPR 32(1)(a). */
export const volumeEncryption = compared(["volume", "key"], {
  of: volumesOf,
  meets: isEncrypted,
  isWorse: (candidate, serving) => !isEncrypted(candidate) && isEncrypted(serving),
  text: volumesText,
  expected: () =>
    "volumes encrypted by a key of the customer's in KMS, or an instance type that encrypts its own",
  todo: "give the endpoint's configuration a KmsKeyId of yours, or keep to an instance type with local storage",
});

/** With one that cannot be used no instance starts: whether what serves has the same changes nothing. */
export const keyUsable = compared(["volume", "key"], {
  of: ({ key }) => key,
  meets: (key) => key === null || key.state === "Enabled",
  text: (key) => (key === null ? "no key for the volumes" : `${key.arn} is ${key.state}`),
  expected: () => "a key in the state Enabled",
  todo: "enable the key, or cancel its deletion (kms enable-key, kms cancel-key-deletion)",
});

const rotationOf = ({ key }: GateSide) =>
  partOf(key, (found) =>
    found === null
      ? { value: { rotates: true, text: "no key for the volumes" } }
      : partOf(found.rotation, (rotates) => ({
          value: { rotates, text: `${found.arn} ${rotates ? "is" : "is not"} rotated` },
        })),
  );

export const keyRotation = compared(["volume", "key"], {
  of: rotationOf,
  meets: ({ rotates }) => rotates,
  isWorse: (candidate, serving) => !candidate.rotates && serving.rotates,
  text: ({ text }) => text,
  expected: () => "a key that is rotated by KMS",
  todo: "turn rotation on (kms enable-key-rotation)",
});

/**
 * Endpoints have no setting for it: EnableInterContainerTrafficEncryption is a member of training and processing jobs alone
 * (API reference). So it is asked that there is nothing to encrypt.
 */
export const interContainerTraffic = compared(["isolation"], {
  of: ({ model }) => model,
  meets: ({ containers }) => containers === 1,
  isWorse: (candidate, serving) => candidate.containers > serving.containers,
  text: ({ containers }) => `${containers} container${containers === 1 ? "" : "s"} on each instance`,
  expected: () => "one container on each instance, so that no traffic goes from container to container",
  todo: "make one container of the version's",
});

/** The model's isolation from any network, and whether it is in a VPC. */
export const networkIsolation = compared(["isolation"], {
  of: ({ model }) => model,
  meets: ({ isIsolated }) => isIsolated,
  isWorse: (candidate, serving) => !candidate.isIsolated && serving.isIsolated,
  text: ({ isIsolated }) => `EnableNetworkIsolation is ${isIsolated}`,
  expected: () => "a model that reaches no network (EnableNetworkIsolation)",
  todo: "serve from a model with EnableNetworkIsolation; a candidate is made like what serves",
});

export const vpc = compared(["isolation"], {
  of: ({ model }) => model,
  meets: ({ isInVpc }) => isInVpc,
  isWorse: (candidate, serving) => !candidate.isInVpc && serving.isInVpc,
  text: ({ isInVpc }) => (isInVpc ? "in a VPC" : "in no VPC of the customer's"),
  expected: () => "a model in a VPC of the customer's (VpcConfig)",
  todo: "serve from a model with a VpcConfig; a candidate is made like what serves",
});

/** Every replica of a key is where the key is. */
export const keyPlaces = ({ key }: GateSide) =>
  partOf(key, (found) =>
    allKnown(
      found === null
        ? []
        : [regionIn(found.arn), ...found.replicaRegions].map((region) => ({
            value: { what: `key ${found.arn}`, region },
          })),
    ),
  );

/** The fourth part of an ARN. */
const regionIn = (arn: string): string => arn.split(":")[3] ?? "";
