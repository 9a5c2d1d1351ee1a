package main

import "restep/sources/recorder/recordertest"

// roundTrip is one thing that a person does on the torture page.
type roundTrip struct {
	name   string
	do     func(p *recordertest.Person)
	want   string // the actions that are recorded; "" where only the end counts
	report string // what is compared at the end, where the page's own report is not enough
	open   bool   // secrets are kept as they are: what is typed or copied is one
}

func roundTrips() []roundTrip {
	var all []roundTrip
	for _, list := range [][]roundTrip{clicks(), typing(), editors(), values(), pointing(), places()} {
		all = append(all, list...)
	}
	return all
}

type person = recordertest.Person

func clicks() []roundTrip {
	return []roundTrip{
		{name: "click", do: func(p *person) { p.Click("#plain") }, want: "click #plain"},
		{name: "click inside a button", do: func(p *person) { p.Click("[data-testid=saver] svg") }, want: "click @saver"},
		{
			name: "modifiers", do: func(p *person) {
				p.Press("#plain", recordertest.Press{Modifiers: recordertest.Shift | recordertest.Ctrl})
			},
			want: "click #plain ctrl shift",
		},
		{name: "double click", do: func(p *person) { p.Press("#area", recordertest.Press{Count: 2}) }, want: "click #area x2"},
		{
			name: "two clicks", do: func(p *person) { p.Click("#area"); p.Click("#plain"); p.Click("#area") },
			want: "click #area\nclick #plain\nclick #area",
		},
		{name: "right click", do: func(p *person) { p.Press("#area", recordertest.Press{Button: "right"}) }, want: "click #area right"},
		{name: "middle click", do: func(p *person) { p.Press("#area", recordertest.Press{Button: "middle"}) }, want: "click #area middle"},
		{name: "place in a canvas", do: func(p *person) { p.Press("#pad", recordertest.Press{DX: 0.25, DY: 0.75}) }, want: "click #pad"},
		{name: "vanishes when pressed", do: func(p *person) { p.Click("#options li:nth-child(2)") }, want: `click listitem "Beta"`},
		{name: "one of many", do: func(p *person) { p.Click("#rows li:nth-child(4) button") }},
		{name: "details", do: func(p *person) { p.Click("summary") }, want: `click button "More"`},
		{name: "touch", do: func(p *person) { p.Touch("#plain"); p.Wait("said.length > 0") }, want: "click #plain"},
		{name: "by script", do: func(p *person) { p.Click("#auto"); p.Wait("said.length > 1") }, want: "click #auto"},
	}
}

func typing() []roundTrip {
	return []roundTrip{
		{name: "typing", do: func(p *person) { p.Click("#name"); p.Type("Ana") }, want: "click #name\ntype #name \"Ana\" = \"Ana\""},
		{
			name: "keys in a field", do: func(p *person) {
				p.Click("#name")
				p.Type("Anna")
				p.Keys("ArrowLeft", "Backspace", "F2", "Enter")
			},
			want: `click #name
				type #name "Anna" = "Anna"
				key #name ArrowLeft
				key #name Backspace
				key #name F2
				key #name Enter`,
		},
		{
			name: "tab and shift tab", do: func(p *person) {
				p.Click("#name")
				p.Keys("Tab")
				p.Type("12")
				p.Keys("Shift+Tab")
				p.Type("x")
			},
			want: `click #name
				key #name Tab
				type #phone "12" = "12"
				key #phone shift Tab
				type #name "x" = "x"`,
		},
		{name: "in the middle", do: func(p *person) {
			p.Click("#name")
			p.Type("Aa")
			p.Keys("ArrowLeft")
			p.Type("nn")
		}},
		{
			name: "a secret in two halves", do: func(p *person) {
				p.Click("#name")
				p.Type("45395787")
				p.Click("#area")
				p.Click("#name")
				p.Keys("End")
				p.Type("63621486")
			},
			// The stand-in passes the check of the number.
			report: `[...$('#name').value].reverse().reduce((n, c, i) => n + (i % 2 ? (c * 2 > 9 ? c * 2 - 9 : c * 2) : +c), 0) % 10 + ' of ' + $('#name').value.length`,
		},
		{name: "select all and replace", do: func(p *person) {
			p.Click("#name")
			p.Type("Berta")
			p.Keys("Control+a")
			p.Type("C")
		}},
		{name: "mask", do: func(p *person) { p.Click("#phone"); p.Type("12345") }, want: "click #phone\ntype #phone \"12345\" = \"123-45\""},
		{name: "refused characters", do: func(p *person) { p.Click("#limit"); p.Type("1a2b") }, want: "click #limit\ntype #limit \"1a2b\" = \"12\""},
		{
			name: "formatted later", do: func(p *person) { p.Click("#late"); p.Type("abc"); p.Wait("$('#late').value === 'ABC'") },
			want: "click #late\ntype #late \"abc\" = \"ABC\"",
		},
		{name: "taken when it rests", do: func(p *person) {
			p.Click("#scan")
			for _, text := range []string{"milk", "bread", "7610200012345"} {
				p.Type(text)
				p.Wait("said.at(-1) === 'scanned " + text + "'")
				p.Wait("$('#scan').value === ''")
				p.Pause(1100) // the recorder has ended the run
			}
		}, want: "click #scan\ntype #scan \"milk\" = \"\"\ntype #scan \"bread\" = \"\"\ntype #scan \"7610200012345\" = \"\""},
		{name: "boxes of a code", open: true, do: func(p *person) { p.Click("#otp input"); p.Type("123") }},
		{name: "a key that the app takes", do: func(p *person) { p.Click("#name"); p.Type("a/b") }, want: "click #name\ntype #name \"a\" = \"a\"\nkey #name /\ntype #name \"b\" = \"ab\""},
		{name: "shortcut", do: func(p *person) { p.Keys("Control+s", "k") }, want: "key ctrl s\nkey k"},
		{name: "a modifier alone", do: func(p *person) { p.Keys("Shift", "Shift") }, want: "key Shift\nkey Shift"},
		{name: "several lines", do: func(p *person) { p.Click("#text"); p.Type("one"); p.Keys("Enter"); p.Type("two") }},
		{name: "AltGr", do: func(p *person) {
			p.Click("#name")
			p.Type("a")
			p.AltGr("@", "KeyQ")
			p.Type("b")
		}, want: "click #name\ntype #name \"a@b\" = \"a@b\""},
		{name: "input method", do: func(p *person) { p.Click("#name"); p.Compose("日本", "に", "にほ") }, want: "click #name\ntype #name \"日本\" = \"日本\""},
		{name: "emoji", do: func(p *person) { p.Click("#name"); p.Compose("👍🏽") }, want: "click #name\ntype #name \"👍🏽\" = \"👍🏽\""},
		{name: "number", do: func(p *person) { p.Click("#number"); p.Keys("ArrowUp", "ArrowUp", "End"); p.Type("5") }},
		{name: "spin button", do: func(p *person) {
			p.Move("#number")
			p.Press("#number", recordertest.Press{DX: 0.93, DY: 0.3})
		}},
	}
}

func editors() []roundTrip {
	return []roundTrip{
		{name: "rich text", do: func(p *person) {
			p.Click("#rich")
			p.Type("plain ")
			p.Keys("Control+b")
			p.Type("bold")
			p.Keys("Enter")
			p.Type("next")
		}},
		{name: "editor with a model", do: func(p *person) { p.Click("#model"); p.Type("ab"); p.Keys("Enter"); p.Type("c") }},
		{name: "editor by keys", do: func(p *person) { p.Click("#keyed"); p.Type("abc"); p.Keys("Backspace") }},
		{name: "button of an editor", do: func(p *person) { p.Click("#rich"); p.Type("x"); p.Click("#bold"); p.Type("y") }},
		{
			name: "paste", do: func(p *person) {
				p.Click("#name")
				p.Type("copied")
				p.Keys("Control+a")
				p.Command("Copy")
				p.Click("#rich")
				p.Command("Paste")
			},
			want: `click #name
				type #name "copied" = "copied"
				key #name ctrl a
				clipboard #name copy "copied"
				click #rich
				clipboard #rich paste "copied"`,
		},
		{name: "select with the pointer and copy", open: true, do: func(p *person) {
			p.Drag("#area", [2]float64{-30, 0}, [2]float64{-20, 0})
			p.Drag("#private", [2]float64{-300, 0}, [2]float64{-150, 0})
			p.Command("Copy")
			p.Click("#name")
			p.Command("Paste")
		}},
		{name: "a pause in typing", do: func(p *person) {
			p.Click("#name")
			p.Type("one")
			p.Pause(1100)
			p.Type("two")
		}, want: "click #name\ntype #name \"one\" = \"one\"\ntype #name \"two\" = \"onetwo\""},
		{name: "a key held down", do: func(p *person) { p.Click("#name"); p.Type("abcdef"); p.Repeat("Backspace", 4) }},
		{name: "cut", do: func(p *person) {
			p.Click("#text")
			p.Type("all of it")
			p.Keys("Control+a")
			p.Command("Cut")
			p.Command("Paste")
			p.Command("Paste")
		}},
	}
}

func values() []roundTrip {
	return []roundTrip{
		{name: "label", do: func(p *person) { p.Press("js:$('#vip').parentNode", recordertest.Press{DX: 0.8, DY: 0.5}) }, want: `click label "VIP"`},
		{name: "hidden box", do: func(p *person) { p.Click("label[for=hidden]") }},
		{name: "box by key", do: func(p *person) { p.Click("#vip"); p.Keys(" ") }, want: "click #vip\nkey #vip Space"},
		{name: "radio", do: func(p *person) { p.Click("[value=l]"); p.Keys("ArrowUp") }},
		{name: "select by keys", do: func(p *person) { p.Eval("$('#country').focus()", nil); p.Keys("ArrowDown", "ArrowDown") }},
		{name: "several options", do: func(p *person) {
			p.Click("#many option:nth-child(1)")
			p.Press("#many option:nth-child(3)", recordertest.Press{Modifiers: recordertest.Ctrl})
		}},
		{name: "date", do: func(p *person) {
			p.Press("#date", recordertest.Press{DX: 0.1, DY: 0.5})
			p.Type("04052026")
		}},
		{name: "range by keys", do: func(p *person) { p.Click("#range"); p.Keys("ArrowRight", "ArrowRight", "Home", "ArrowRight") }},
		{name: "time", do: func(p *person) {
			p.Press("#time", recordertest.Press{DX: 0.1, DY: 0.5})
			p.Type("1045")
			p.Keys("ArrowDown")
		}},
		{name: "suggestion of a list", do: func(p *person) { p.Click("#listed"); p.Type("be"); p.Keys("ArrowDown", "Enter") }},
		{name: "range", do: func(p *person) { p.Drag("#range", [2]float64{10, 0}, [2]float64{20, 0}, [2]float64{10, 0}) }},
		{name: "upload", do: func(p *person) { p.Choose("#file", p.File("note.txt", "hello")); p.Wait("said.length > 0") }, want: "upload #file note.txt",
			report: "window.report() + document.querySelector('#file').files[0].lastModified"},
		{name: "files dropped", do: func(p *person) { p.DragTo("", "#zone", p.File("note.txt", "hello")); p.Wait("said.length > 0") }, want: "upload #zone note.txt"},
		{name: "select by its popup", do: func(p *person) {
			p.Click("#country")
			p.Keys("ArrowDown", "Enter")
			p.Wait("$('#country').value !== 'at'")
		}},
		{name: "undo from a menu", do: func(p *person) {
			p.Click("#text")
			p.Type("ab")
			p.Pause(50) // nobody opens a menu in the task of a key
			p.Command("Undo")
		}},
		{name: "reset", do: func(p *person) { p.Click("#name"); p.Type("x"); p.Click("[type=reset]") }},
		{name: "submit by Enter", do: func(p *person) { p.Click("#name"); p.Type("x"); p.Keys("Enter") }},
		{name: "show password", open: true, do: func(p *person) {
			p.Click("#password")
			p.Type("hunter2")
			p.Click("#reveal")
			p.Click("#password")
			p.Type("x")
		}},
	}
}

func pointing() []roundTrip {
	return []roundTrip{
		{
			name: "drag by the pointer", do: func(p *person) { p.Drag("#knob", [2]float64{20, 0}, [2]float64{40, 2}, [2]float64{60, -2}) },
			want: "drag #knob to -",
		},
		{name: "draw", do: func(p *person) { p.Drag("#pad", [2]float64{20, 10}, [2]float64{20, 10}, [2]float64{-30, 5}) }, want: "drag #pad to -"},
		{name: "sort", do: func(p *person) {
			p.Drag("#sortable li", [2]float64{0, 14}, [2]float64{0, 14}, [2]float64{0, 14}, [2]float64{0, 10})
		}},
		{name: "drag and drop", do: func(p *person) { p.DragTo("#card1", "#column"); p.Wait("said.length > 0") }, want: "drag #card1 to #column"},
		{
			name: "menu by style", do: func(p *person) { p.Move(".menu-title"); p.Click("#item") },
			want: "hover link \"Menu\"\nclick #item",
		},
		{name: "menu in a menu", do: func(p *person) {
			p.Move(".menu-title")
			p.Move("#deeper")
			p.Click("#deepest")
		}, want: "hover link \"Menu\"\nhover #deeper\nclick #deepest"},
		{
			name: "pointing at what opens nothing", do: func(p *person) { p.Move(".menu-title"); p.Move("#jstitle"); p.Click("#plain") },
			want: "click #plain",
		},
		{name: "a row that shows its button", do: func(p *person) {
			p.Move("#rowed td")
			p.Click("#rowed button")
		}},
		{name: "menu by script", do: func(p *person) {
			p.Move("#jstitle")
			p.Wait("$('#sub')")
			p.Click("#sub")
		}},
	}
}

func places() []roundTrip {
	return []roundTrip{
		{name: "scroll a box", do: func(p *person) { p.Wheel("#box", 0, 200); p.Wait("$('#box').scrollTop >= 200"); p.Pause(200) }, want: "scroll #box 0,200"},
		{
			name: "scroll the page", do: func(p *person) { p.Wheel("#plain", 0, 300); p.Wait("scrollY >= 300"); p.Pause(200) },
			report: "scrollY + report()",
		},
		{name: "long list", do: func(p *person) {
			p.Wheel("#virtual", 0, 4000)
			p.Wait("$('#virtual').scrollTop >= 4000")
			p.Pause(200)
			p.Click("#virtual .row:nth-of-type(3)")
		}},
		{name: "open shadow root", do: func(p *person) {
			p.Click("js:$('x-open').shadowRoot.querySelector('button')")
			p.Click("js:$('x-open').shadowRoot.querySelector('input')")
			p.Type("in")
		}},
		{name: "closed shadow root", do: func(p *person) {
			p.Press("x-closed", recordertest.Press{DX: 0.05, DY: 0.1})
			p.Keys("Tab")
			p.Type("in")
		}},
		{name: "box in a shadow root", do: func(p *person) {
			p.Wheel("js:$('x-open').shadowRoot.querySelector('div')", 0, 120)
			p.Wait("$('x-open').shadowRoot.querySelector('div').scrollTop >= 120")
			p.Pause(200)
		}, report: "$('x-open').shadowRoot.querySelector('div').scrollTop + report()"},
		{name: "frame that a script fills", do: func(p *person) {
			p.Click("#framer")
			p.Click("js:$('#made').contentDocument.querySelector('button')")
			p.Click("js:$('#srcdoc').contentDocument.querySelector('button')")
		}},
		{
			name: "frame", do: func(p *person) {
				p.Click("js:$('#inner').contentDocument.querySelector('#framed')")
				p.Click("js:$('#inner').contentDocument.querySelector('#field')")
				p.Type("in")
			},
			want: "click #framed\nclick #field\ntype #field \"in\" = \"in\"",
		},
		{name: "link in the page", do: func(p *person) { p.Click("#jump") }, report: "(scrollY > 0) + report()"},
		{name: "routes", do: func(p *person) { p.Click("#route") }, want: "click #route"},
		{name: "storage", do: func(p *person) { p.Click("#store"); p.Click("#plain") }},
		{name: "cookies", do: func(p *person) { p.Click("#cookie") }, report: "document.cookie + report()"},
	}
}
