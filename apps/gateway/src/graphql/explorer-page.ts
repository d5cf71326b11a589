/** A page to try queries on. It loads nothing from anywhere and asks for the token, which stays in the page. */
export function explorerPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'">
<title>Podspan GraphQL</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem; display: grid; gap: .75rem; grid-template-columns: 1fr 1fr; }
  h1 { font-size: 1.2rem; grid-column: 1 / -1; margin: 0; }
  label { display: grid; gap: .25rem; }
  textarea, input, pre { font: 13px/1.5 ui-monospace, monospace; width: 100%; box-sizing: border-box; padding: .5rem; }
  #query { height: 22rem; } #variables { height: 6rem; }
  pre { margin: 0; overflow: auto; border: 1px solid #8888; min-height: 30rem; }
</style>
<h1>Podspan GraphQL</h1>
<form id="form">
  <label>Token <input id="token" type="password" autocomplete="off"></label>
  <label>Query <textarea id="query" spellcheck="false">{
  clusters(first: 10) {
    edges { node { name addressPlan { podCidr reusedBy { name } } } }
  }
}</textarea></label>
  <label>Variables <textarea id="variables" spellcheck="false">{}</textarea></label>
  <button>Run (Ctrl+Enter)</button>
</form>
<pre id="answer" aria-live="polite"></pre>
<script>
  const element = (id) => document.getElementById(id);
  async function run(event) {
    event.preventDefault();
    try {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ' + element('token').value },
        body: JSON.stringify({ query: element('query').value, variables: JSON.parse(element('variables').value || '{}') }),
      });
      element('answer').textContent = JSON.stringify(await response.json(), null, 2);
    } catch (error) {
      element('answer').textContent = String(error);
    }
  }
  element('form').addEventListener('submit', run);
  element('form').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run(event);
  });
</script>
</html>
`;
}
