const library = (n) => Array.from({ length: n }, (_, i) => i).join();
