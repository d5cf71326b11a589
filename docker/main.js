// The one entry of the image: node main.js ipam|provisioning|ingress|gateway [options of the role]
const roles = {
  ipam: './apps/ipam/dist/main.js',
  provisioning: './apps/provisioning/dist/main.js',
  ingress: './apps/ingress/dist/main.js',
  gateway: './apps/gateway/dist/main.js',
};

const entry = roles[process.argv[2] ?? ''];
if (entry === undefined) {
  console.error(`usage: node main.js ${Object.keys(roles).join('|')} [options]`);
  process.exit(2);
}
process.argv.splice(2, 1);
await import(entry);
