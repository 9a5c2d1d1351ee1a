-- restep in Neovim with nvim-dap. Try it with: nvim -S editors/nvim.lua demo.playback
local dap = require("dap")
local folder = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h:h")

vim.filetype.add({ extension = { playback = "playback" } })

dap.adapters.restep = { type = "executable", command = @RESTEP@, args = { "dap" } }
dap.configurations.playback = {
  {
    type = "restep",
    request = "launch",
    name = "VIP cannot pay",
    program = folder .. "/demo.playback",
    app = @APP@,
    server = {
      command = { @RESTEP@, "demo", "--serve-app", "--dir", folder, "--port", "@PORT@" },
      url = @APP@,
    },
    stopOnEntry = true,
  },
}
dap.configurations.typescript = dap.configurations.playback

local function map(key, action, help)
  vim.keymap.set("n", key, action, { desc = help })
end
map("<F5>", dap.continue, "start, continue")
map("<F9>", dap.toggle_breakpoint, "breakpoint")
map("<F10>", dap.step_over, "over this action")
map("<F11>", dap.step_into, "into what it does")
map("<F12>", dap.step_out, "out to the next action")
for _, key in ipairs({ "<S-F10>", "<F22>" }) do -- F22 is what most terminals send for Shift+F10
  map(key, dap.step_back, "back over one action")
end
for _, key in ipairs({ "<S-F5>", "<F17>" }) do -- and F17 for Shift+F5
  map(key, dap.reverse_continue, "back to the breakpoint before")
end
map("<F6>", dap.repl.toggle, "REPL")

-- The file is open before this script runs.
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  if vim.api.nvim_buf_get_name(buffer):match("%.playback$") then
    vim.bo[buffer].filetype = "playback"
  end
end
