// Without -d no listing tells of what kind an interface is; what programs call their bridges does.

const BRIDGE = /^(?:br-[0-9a-f]{12}$|(?:docker|virbr|vmbr|lxcbr|lxdbr|cni|podman)\d)/;

/** Docker's, libvirt's, Proxmox's, LXC's, Podman's and CNI's bridges. */
export function isBridgeName(name: string): boolean {
  return BRIDGE.test(name);
}
