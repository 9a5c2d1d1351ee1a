;;; emacs.el --- restep in Emacs with dape -*- lexical-binding: t -*-
;; Try it with: emacs -l editors/emacs.el demo.playback, then M-x dape RET restep RET
(require 'package)
(package-initialize)
(require 'dape)

;; dape sets breakpoints in buffers of programming modes only.
(define-derived-mode restep-mode prog-mode "Playback")
(add-to-list 'auto-mode-alist '("\\.playback\\'" . restep-mode))

(let ((folder (file-name-directory (directory-file-name (file-name-directory (or load-file-name buffer-file-name))))))
  (add-to-list
   'dape-configs
   `(restep
     modes (restep-mode typescript-ts-mode js-mode)
     command @RESTEP@
     command-args ["dap"]
     command-cwd ,folder
     :type "restep"
     :request "launch"
     :program ,(expand-file-name "demo.playback" folder)
     :app @APP@
     :server (:command [@RESTEP@ "demo" "--serve-app" "--dir" ,folder "--port" "@PORT@"] :url @APP@)
     :stopOnEntry t)))
