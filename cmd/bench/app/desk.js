// A list of items with quantities. Every change is sent to the API, and what it answers is shown.
const total = document.querySelector('#total'), changes = document.querySelector('#changes');
const search = document.querySelector('#search'), hits = document.querySelector('#hits');
const desk = location.pathname;
let items = [], done = 0;

async function api(method, path, body) {
  const options = {method, headers: {'content-type': 'application/json'}, body: body && JSON.stringify(body)};
  return (await fetch(path, options)).json();
}

function render() {
  document.querySelector('main').replaceChildren(...items.map((item) => {
    const row = document.createElement('div');
    row.className = 'row';
    row.innerHTML = `<span>${item.name}</span><output>${item.count}</output>
      <button data-testid="add-${item.id}" aria-label="Add ${item.name}">+</button>
      <button data-testid="drop-${item.id}" aria-label="Drop ${item.name}">−</button>`;
    row.hidden = !item.name.includes(search.value);
    row.children[2].addEventListener('click', () => change(item, 1));
    row.children[3].addEventListener('click', () => change(item, -1));
    return row;
  }));
  hits.value = `${items.filter((item) => item.name.includes(search.value)).length} items`;
}

async function change(item, by) {
  const answer = await api('POST', '/api/change', {desk, id: item.id, by});
  item.count += answer.by;
  total.value = Number(total.value) + answer.price;
  changes.value = ++done;
  render();
}

search.addEventListener('input', render);
search.addEventListener('keydown', async (e) => {
  if (e.key !== 'Enter') return;
  const answer = await api('GET', '/api/search?q=' + encodeURIComponent(search.value));
  total.value = Number(total.value) + answer.price;
  search.value = '';
  changes.value = ++done;
  render();
});

api('GET', '/api/items').then((list) => { items = list; render(); });
