onmessage = async (e) => postMessage(await (await fetch(`/api/json?worker=${e.data}`)).text());
